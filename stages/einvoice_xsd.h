/* einvoice_xsd.h - checking XML invoices; loading is in read.h. Private to stages/. */
#ifndef INTRAY_EINVOICE_XSD_H
#define INTRAY_EINVOICE_XSD_H

#include "doc.h"
#include "read.h"
#include "xml.h"

struct format; /* einvoice_map.h */

/* Adds a finding "einvoice-xsd" for every breach; *checked: a schema of the format is
 * there. xsds may be NULL. */
enum rc einvoice_check(const struct einvoice_xsds *xsds, struct xml_doc *tree,
		       const struct format *format, struct doc *doc, bool *checked,
		       struct err *err);

#endif
