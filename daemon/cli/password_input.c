/* password_input.c - passwords that people type or scripts hand over.
 *
 * Never on the command line, where others could read them: from standard input, or from
 * the terminal itself whatever standard input is. What is typed is not shown, and the
 * terminal is as before even when somebody gives up with ^C. */
#include "password_input.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static void read_line(FILE *in, char password[PASSWORD_INPUT_SIZE])
{
	if (!fgets(password, PASSWORD_INPUT_SIZE, in))
		password[0] = '\0';
	password[strcspn(password, "\r\n")] = '\0';
}

void password_from_input(char password[PASSWORD_INPUT_SIZE])
{
	read_line(stdin, password);
}

/* Signals of the keyboard wait until the terminal shows what is typed again. */
static void read_unseen(FILE *terminal, char password[PASSWORD_INPUT_SIZE])
{
	int fd = fileno(terminal);
	struct termios before, silent;
	bool is_set = tcgetattr(fd, &before) == 0;
	sigset_t keyboard, mask;

	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	sigemptyset(&keyboard);
	sigaddset(&keyboard, SIGINT);
	sigaddset(&keyboard, SIGTSTP);
	sigprocmask(SIG_BLOCK, &keyboard, &mask);
	if (is_set)
		tcsetattr(fd, TCSAFLUSH, &silent);
	read_line(terminal, password);
	if (is_set)
		tcsetattr(fd, TCSAFLUSH, &before);
	sigprocmask(SIG_SETMASK, &mask, NULL);
}

bool password_from_terminal(const char *prompt, bool secret,
			    char password[PASSWORD_INPUT_SIZE])
{
	FILE *terminal = fopen("/dev/tty", "r+");

	if (!terminal)
		return false;
	setvbuf(terminal, NULL, _IONBF, 0);
	fprintf(terminal, "%s", prompt);
	if (secret) {
		read_unseen(terminal, password);
		fputc('\n', terminal);
	} else {
		read_line(terminal, password);
	}
	fclose(terminal);
	return true;
}
