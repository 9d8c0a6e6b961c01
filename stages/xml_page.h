/* xml_page.h - electronic invoices against the pages they travel in. Private to
 * stages/.
 */
#ifndef INTRAY_STAGES_XML_PAGE_H
#define INTRAY_STAGES_XML_PAGE_H

#include "doc.h"

/* Adds a finding "xml-differs-from-page" for each value of the structured document that
 * stands nowhere on its pages. `page`: what was read of the pages alone. */
void xml_against_page(struct doc *doc, const struct doc *page);

#endif
