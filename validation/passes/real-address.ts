/**
 * The characters that no email address contains: spaces, punctuation other than `._%+-`, symbols, emoji. They are listed
 * as code points, because a database's locale may know only the letters of ASCII, and an address may have others.
 */
const around = String.raw`\u0001-\u0024\u0026-\u002A\u002C\u002F\u003A-\u0040\u005B-\u005E\u0060\u007B-\u00BF\u2000-\u2BFF\u3000-\u303F\U0001F000-\U0001FAFF`;

/** `syn_` or `synthetic_` in any case. It is spelt out, because a pattern that ignores case would also treat the Kelvin sign as a k. */
const synthetic = "[sS][yY][nN](?:[tT][hH][eE][tT][iI][cC])?_";

/**
 * A pattern for addresses that a person may own: the local part does not begin with `syn_` or `synthetic_`. The lookbehind
 * finds the beginning of the local part, so that `xsyn_a@b.com` is not taken for `syn_a@b.com`. The pattern must be used
 * with case.
 */
export const realAddress = `(?<![^${around}])(?!${synthetic})[^${around}]+@[^${around}%+]+[.][^${around}%+.0-9_-]{2,}`;
