/** Numbers as the screen shows them. */

const formatters = new Map<string, Intl.NumberFormat>();

function formatter(language: string, decimals: number): Intl.NumberFormat {
  const key = `${language} ${decimals}`;
  let known = formatters.get(key);
  if (!known) {
    known = new Intl.NumberFormat(language, {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formatters.set(key, known);
  }
  return known;
}

/** With the sign U+2212, which is as wide as a digit, and never "−0.0". */
export function formatNumber(value: number, decimals: number, language: string): string {
  const text = formatter(language, decimals).format(value);
  if (!text.startsWith('-')) return text;
  return /[1-9]/.test(text) ? text.replace('-', '−') : text.slice(1);
}

/** A difference: with its sign also when positive. */
export function formatDifference(value: number, decimals: number, language: string): string {
  const text = formatNumber(value, decimals, language);
  return text.startsWith('−') || !/[1-9]/.test(text) ? text : `+${text}`;
}
