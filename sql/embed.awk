# Turns SQL files into a table of C strings, so that the program and its statements are
# never of different versions. Output: struct sql_file sql_files[] (daemon/db/sql.h).
BEGIN {
	print "/* Made from sql/ by sql/embed.awk. */"
	print "#include \"daemon/db/sql.h\""
	print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
	print "const struct sql_file sql_files[] = {"
}
FNR == 1 {
	if (NR > 1)
		print "\t},"
	name = FILENAME
	sub(/^sql\//, "", name)
	sub(/\.sql$/, "", name)
	printf "\t{ \"%s\",\n", name
}
{
	line = $0
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	printf "\t\"%s\\n\"\n", line
}
END {
	if (NR > 0)
		print "\t},"
	print "\t{ 0, 0 },"
	print "};"
}
