/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program whose names and lines test_debug_symbols.c knows. It is loaded, never run.
 */
int counter = 1;

#line 100 "first/place.c"
__attribute__((noinline)) int first(int x)
{
	return x * 3;
}

#line 200 "second/place.c"
__attribute__((noinline)) int second(int x)
{
	counter += x;
	return first(x) + first(counter);
}

#line 300 "main.c"
void _start(void)
{
	second(counter);
	for (;;)
		;
}
