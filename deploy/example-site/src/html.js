// HTML that cannot be injected into: html`<p>${text}</p>` escapes every value but what html`` itself made.
class Markup {
  constructor(text) { this.text = text; }
  toString() { return this.text; }
}

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function render(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === null || value === undefined || value === false) return '';
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);
}

export function html(strings, ...values) {
  return new Markup(strings.reduce((text, part, i) => text + render(values[i - 1]) + part));
}

// A stranger's link: no vote of ours for search engines, no word to its owner about where the reader came from.
export const STRANGERS_LINK = 'nofollow ugc noopener noreferrer';

// The address of a link if it is one that may stand in a page, or null.
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

// A comment's text is plain text: nothing in it is markup. Its http addresses become links; line breaks are the style
// sheet's (white-space: pre-wrap).
export function plainText(text) {
  const parts = text.split(/(https?:\/\/[^\s<>"'`\u0000-\u001f\u200b-\u200f\u2028-\u202e\u2060-\u206f]{1,300})/i);
  return parts.map((part, i) => (i % 2 === 0 ? html`${part}` : link(part)));
}

function link(text) {
  const end = /[.,;:!?)\]}]*$/.exec(text).index; // the sentence's, not the address's
  const href = safeUrl(text.slice(0, end));
  if (!href) return html`${text}`;
  return html`<a href="${href}" rel="${STRANGERS_LINK}">${text.slice(0, end)}</a>${text.slice(end)}`;
}
