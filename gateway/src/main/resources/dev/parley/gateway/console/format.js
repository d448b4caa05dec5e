// Numbers for people. Money comes as nano-USD, times as microseconds.
export function usd(nano) {
  if (nano === null || nano === undefined) return '–';
  const value = nano / 1e9;
  const size = Math.abs(value);
  if (size === 0) return '$0';
  if (size >= 1) return '$' + value.toLocaleString('en', {maximumFractionDigits: 2, minimumFractionDigits: 2});
  if (size >= 0.01) return '$' + value.toFixed(3);
  if (size >= 1e-6) return (value * 1e6).toLocaleString('en', {maximumFractionDigits: size >= 1e-4 ? 0 : size >= 1e-5 ? 1 : 2}) + ' µ$';
  return (value * 1e9).toLocaleString('en', {maximumFractionDigits: 0}) + ' n$';
}
export function span(us) {
  if (us === null || us === undefined) return '–';
  if (us < 1000) return `${Math.round(us)} µs`;
  if (us < 10_000) return `${(us / 1000).toFixed(1)} ms`;
  if (us < 1e6) return `${Math.round(us / 1000)} ms`;
  return `${(us / 1e6).toFixed(us < 1e7 ? 2 : 1)} s`;
}
export const count = (n) => n === null || n === undefined ? '–' : n >= 1e6 ? (n / 1e6).toFixed(1) + ' M' : n >= 1e4 ? (n / 1e3).toFixed(1) + ' k' : Number(n).toLocaleString('en', {maximumFractionDigits: 1});
export const percent = (x, digits = 0) => x === null || x === undefined || Number.isNaN(x) ? '–' : `${(x * 100).toFixed(digits)} %`;
export const clock = (iso) => new Date(iso).toLocaleTimeString('en-GB', {hour12: false});
export const moment = (iso) => new Date(iso).toLocaleString('en-GB', {dateStyle: 'medium', timeStyle: 'medium'});
export const price = (p) => p === null || p === undefined ? 'unknown' : `$${trim(p.input)} in · $${trim(p.output)} out`;
const trim = (x) => x === 0 ? '0' : Number(x.toPrecision(3)).toString();
export const protocol = (name) => name.toLowerCase().replaceAll('_', ' ');
