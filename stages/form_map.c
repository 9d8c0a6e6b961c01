/* Projective maps between a picture and a form, and the least squares that find them.
 *
 * A map has eight unknowns; each point of a known rule gives one linear equation: where
 * it is on the form across (of a vertical rule) or down (of a horizontal one). Lengths
 * are thousands of units and of pixels while solving, so that the unknowns are of like
 * size. */
#include "form_parts.h"

#include <math.h>
#include <string.h>

const double map_kilo = 1000;

static void add_row(struct normal *n, const double row[8], double value, double weight)
{
	for (int i = 0; i < 8; i++) {
		for (int k = 0; k < 8; k++)
			n->a[i][k] += weight * row[i] * row[k];
		n->b[i] += weight * row[i] * value;
	}
}

bool map_solve(struct normal *n, double out[8])
{
	for (int c = 0; c < 8; c++) {
		int pivot = c;
		for (int r = c + 1; r < 8; r++)
			if (fabs(n->a[r][c]) > fabs(n->a[pivot][c]))
				pivot = r;
		if (fabs(n->a[pivot][c]) < 1e-12)
			return false;
		for (int k = 0; k < 8; k++) {
			double swap = n->a[c][k];
			n->a[c][k] = n->a[pivot][k];
			n->a[pivot][k] = swap;
		}
		double swap = n->b[c];
		n->b[c] = n->b[pivot];
		n->b[pivot] = swap;
		for (int r = 0; r < 8; r++) {
			if (r == c)
				continue;
			double f = n->a[r][c] / n->a[c][c];
			for (int k = c; k < 8; k++)
				n->a[r][k] -= f * n->a[c][k];
			n->b[r] -= f * n->b[c];
		}
	}
	for (int c = 0; c < 8; c++)
		out[c] = n->b[c] / n->a[c][c];
	return true;
}

void map_apply(const double m[9], double x, double y, double *ox, double *oy)
{
	double d = m[6] * x + m[7] * y + m[8];
	*ox = (m[0] * x + m[1] * y + m[2]) / d;
	*oy = (m[3] * x + m[4] * y + m[5]) / d;
}

bool map_invert(const double m[9], double out[9])
{
	double c0 = m[4] * m[8] - m[5] * m[7], c1 = m[5] * m[6] - m[3] * m[8],
	       c2 = m[3] * m[7] - m[4] * m[6];
	double det = m[0] * c0 + m[1] * c1 + m[2] * c2;
	if (fabs(det) < 1e-15)
		return false;
	double r[9] = {c0, m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
		       c1, m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
		       c2, m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3]};
	for (int i = 0; i < 9; i++)
		out[i] = r[i] / det;
	return true;
}

void map_equation(struct normal *n, bool down, struct point p, double value,
		  double weight)
{
	double x = p.x / map_kilo, y = p.y / map_kilo, v = value / map_kilo;
	double in_x[8] = {x, y, 1, 0, 0, 0, -v * x, -v * y};
	double in_y[8] = {0, 0, 0, x, y, 1, -v * x, -v * y};
	add_row(n, down ? in_x : in_y, v, weight);
}

/* From the solved unknowns to a map in pixels and units. */
void map_take(const double m[8], double to_form[9])
{
	const double full[9] = {m[0],
				m[1],
				m[2] * map_kilo,
				m[3],
				m[4],
				m[5] * map_kilo,
				m[6] / map_kilo,
				m[7] / map_kilo,
				1};
	memcpy(to_form, full, sizeof(full));
}
