/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as text and back, and sorting: printf, scanf, strtod, qsort of the C library.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long state = 88172645463325252ul;

static unsigned long next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static double any_double(void)
{
	unsigned long bits = next();
	double value;

	memcpy(&value, &bits, sizeof(value));
	return isnan(value) ? 1.0 : value;
}

static void fail(const char *what, const char *text)
{
	printf("%s: %s\n", what, text);
	exit(1);
}

/* Seventeen digits, or hexadecimal ones, name a double exactly; nine a float. */
static void round_trips(void)
{
	char text[64];

	for (int i = 0; i < 1500; i++) {
		double value = any_double(), back = 0;
		float small = (float)(value * 1e-200), small_back;

		snprintf(text, sizeof(text), "%.17g", value);
		if (strtod(text, NULL) != value)
			fail("strtod", text);
		if (i % 50 == 0)
			printf("%s %a %e %.3f %g\n", text, value, value, fmod(value, 1e6), value);
		snprintf(text, sizeof(text), "%a", value);
		if (sscanf(text, "%la", &back) != 1 || back != value)
			fail("scanf", text);
		snprintf(text, sizeof(text), "%.9g", (double)small);
		small_back = strtof(text, NULL);
		if (memcmp(&small, &small_back, sizeof(small)) != 0)
			fail("strtof", text);
	}
}

/* Texts near the middle of two doubles, denormals, overflow, and what is no number. */
static void readings(void)
{
	static const char *const texts[] = { "9007199254740993",
		"9007199254740992.9999999999999999", "9007199254740993.0000000000000001",
		"2.4703282292062327e-324", "2.4703282292062328e-324", "1.7976931348623158e308",
		"1.7976931348623159e308", "1e400", "-1e-400", "0x1.fffffffffffff8p0",
		"0x1.fffffffffffff7p0", "0x.8p-1074", "0x.80001p-1074", "inf", "-NaN",
		"  +12.5e1xyz", ".e1", "1e", "0x", "00000000000001",
		"123456789012345678901234567890", "2.2250738585072011e-308" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		char *end, *endf;
		double value = strtod(texts[i], &end);
		float valuef = strtof(texts[i], &endf);

		printf("%s: %a %a %ld %ld %Lg\n", texts[i], value, (double)valuef,
			(long)(end - texts[i]), (long)(endf - texts[i]), strtold(texts[i], NULL));
	}
}

static void formats(void)
{
	static const double values[] = { 0.0, -0.0, 0.5, 1.5, 2.5, 1e15, 123456.789, 1e-5, 5e-324,
		1.7976931348623157e308, INFINITY, NAN };

	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		printf("[%f|%.0f|%10.3e|%-12g|%+G|%#.3g|%.40f|%a|%.3a]\n", values[i], values[i],
			values[i], values[i], values[i], values[i], fmod(values[i], 10), values[i],
			values[i]);
	for (int i = 0; i < 20; i++) {
		unsigned long number = next() >> i * 3;

		printf("%ld %lu %lx %#lo %d %hhd %05d %-8x| %+ld %c %.3s\n", (long)number, number,
			number, number, (int)number, (signed char)number, (int)number % 1000,
			(unsigned)number, (long)number / 7, 'a' + i, "abcdef");
	}
}

static void scans(void)
{
	char line[128], word[16];
	int a, matched;
	long b;
	float f;
	double d;

	for (int i = 0; i < 200; i++) {
		snprintf(line, sizeof(line), "%d,%lx %g %lf <%s>", (int)next(), next(),
			(double)(next() >> 40), (double)(long)next() / 1e6, "word");
		matched = sscanf(line, "%d,%lx %f %lf <%15[a-z]>", &a, &b, &f, &d, word);
		if (matched != 5)
			fail("sscanf", line);
		if (i % 20 == 0)
			printf("%s: %d %ld %g %g %s\n", line, a, b, (double)f, d, word);
	}
}

static int by_double(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return (a > b) - (a < b);
}

static int by_text(const void *x, const void *y)
{
	return strcmp(x, y);
}

static void sorts(void)
{
	enum { N = 8000 };
	static double numbers[N];
	static char texts[N / 4][24];
	double sum = 0;

	for (int i = 0; i < N; i++)
		numbers[i] = any_double() * 1e-10;
	qsort(numbers, N, sizeof(*numbers), by_double);
	for (int i = 0; i < N; i++) {
		sum += sqrt(fabs(numbers[i]));
		if (i > 0 && numbers[i - 1] > numbers[i])
			fail("qsort", "numbers");
		if (i % 400 == 0)
			printf("%g\n", numbers[i]);
	}
	printf("sum %a\n", sum);
	for (int i = 0; i < N / 4; i++)
		snprintf(texts[i], sizeof(texts[i]), "%lu", next());
	qsort(texts, N / 4, sizeof(*texts), by_text);
	for (int i = 1; i < N / 4; i++) {
		if (strcmp(texts[i - 1], texts[i]) > 0)
			fail("qsort", texts[i]);
	}
	printf("%s %s\n", texts[0], texts[N / 4 - 1]);
}

int main(void)
{
	round_trips();
	readings();
	formats();
	scans();
	sorts();
	return 0;
}
