/* messages.h - what a PDF tool says on standard error. Private to the object that tools
 * are started with. */
#ifndef INTRAY_MESSAGES_H
#define INTRAY_MESSAGES_H

/* Before the tool's main. Without poppler it does nothing. */
void messages_begin(void);

#endif
