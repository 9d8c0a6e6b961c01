# Turns the page's files into a table of C strings: daemon/desk/assets.h.
BEGIN {
	print "/* Made from daemon/desk/www/ by daemon/desk/embed.awk. */"
	print "#include \"daemon/desk/assets.h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	print "const struct asset assets[] = {"
}
FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/^.*\/www\//, "", name)
	printf "\t{ \"%s\",\n", name
}
{
	line = $0
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	gsub(/\?\?/, "?\\?", line)
	printf "\t\"%s\\n\"\n", line
}
END {
	if (NR > 0)
		print "\t},"
	print "\t{ 0, 0 },"
	print "};"
}
