// The pages. They need no script; a form that is refused comes back with everything that was typed into it.
import { html } from './html.js';
import { commentTree } from './comments.js';

const SITE_NAME = 'The Walks';

export const dateText = (iso, withTime = false) =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', ...(withTime ? { timeStyle: 'short' } : {}), timeZone: 'UTC' })
    .format(new Date(iso));

export const repliesText = (count) => (count === 0 ? 'No replies yet' : count === 1 ? 'One reply' : `${count} replies`);

function page({ title, language = 'en', styles, body }) {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="stylesheet" href="${styles}">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header class="masthead"><a class="name" href="/">${SITE_NAME}</a><span class="motto">Notes from footpaths, quays and kitchens</span></header>
<main id="content">
${body}
</main>
<footer class="colophon">Comments are kept by replyguard. Email addresses are never shown.</footer>
</body>
</html>
`;
}

export function frontPage({ articles, copy, styles }) {
  return page({ title: SITE_NAME, styles, body: html`<h1 class="away">${SITE_NAME}</h1>
${articles.map((article) => html`<article class="teaser">
<h2><a href="/articles/${article.slug}">${article.title}</a></h2>
<p class="byline"><time datetime="${article.published}">${dateText(article.published)}</time> · ${repliesText(copy.count(article.slug))}</p>
<p>${article.summary}</p>
</article>
`)}` });
}

export function messagePage({ title, text, styles }) {
  return page({ title: `${title} – ${SITE_NAME}`, styles, body: html`<h1>${title}</h1>
<p>${text}</p>
<p><a href="/">To the front page</a></p>` });
}

// `form`: { values, errors, message, token, replyTo }; `own`: the comment that its author came to see; `pageNumber` from 1.
export function articlePage({ article, copy, form, own, pageNumber, styles }) {
  const failed = form.message !== '';
  return page({
    title: `${failed ? 'Not sent: ' : ''}${article.title} – ${SITE_NAME}`,
    language: article.language,
    styles,
    body: html`<article class="story">
<h1>${article.title}</h1>
<p class="byline">By ${article.author} · <time datetime="${article.published}">${dateText(article.published)}</time></p>
${article.picture && html`<img class="picture" src="${article.picture.src}" alt="${article.picture.alt}" width="1200" height="500">`}
${article.paragraphs.map((text) => html`<p>${text}</p>
`)}
</article>
<section class="comments" id="comments" aria-labelledby="comments-title">
<h2 id="comments-title">${repliesText(copy.count(article.slug))} to “${article.title}”</h2>
${commentTree({ article, copy, own, pageNumber })}
</section>
${copy.closed(article.slug) && !failed ? html`<p class="closed">Comments are closed.</p>` : respond({ article, form })}`,
  });
}

function respond({ article, form }) {
  const { values, replyTo } = form;
  return html`<section class="respond" id="respond" aria-labelledby="respond-title">
<h2 id="respond-title">${replyTo ? html`Leave a Reply to ${html`<bdi>${replyTo.name}</bdi>`}` : 'Leave a Reply'}</h2>
${replyTo && html`<p class="cancel"><a href="/articles/${article.slug}#respond">Reply to the article instead</a></p>`}
<p class="promise">Your email address will not be published. Required fields are marked <span class="star">*</span></p>
${form.message && html`<div class="alert" role="alert"><p>${form.message}</p></div>`}
<form method="post" action="/articles/${article.slug}/comments#respond" novalidate>
${field({ form, name: 'comment', label: 'Comment', required: true, control: (attributes) =>
    html`<textarea ${attributes} rows="8">
${values.comment}</textarea>` })}
<div class="row">
${field({ form, name: 'author', label: 'Name', required: true, control: (attributes) =>
    html`<input ${attributes} type="text" autocomplete="name" value="${values.author}">` })}
${field({ form, name: 'email', label: 'Email', required: true, control: (attributes) =>
    html`<input ${attributes} type="email" autocomplete="email" value="${values.email}">` })}
</div>
${field({ form, name: 'url', label: 'Website', control: (attributes) =>
    html`<input ${attributes} type="url" autocomplete="url" value="${values.url}">` })}
<p class="away" aria-hidden="true"><label for="subject">Leave this empty</label>
<input id="subject" name="subject" type="text" tabindex="-1" autocomplete="off" value=""></p>
<input type="hidden" name="parent" value="${values.parent}">
<input type="hidden" name="form" value="${form.token}">
<p><button type="submit">Post Comment</button></p>
</form>
</section>`;
}

function field({ form, name, label, required = false, control }) {
  const error = form.errors[name];
  const first = Object.keys(form.errors)[0] === name;
  const attributes = html`id="${name}" name="${name}"${required && html` required`}${
    error && html` aria-invalid="true" aria-describedby="${name}-error"`}${first && html` autofocus`}`;
  return html`<p class="field${error && ' wrong'}"><label for="${name}">${label}${required && html` <span class="star" aria-hidden="true">*</span>`}</label>
${control(attributes)}
${error && html`<span class="error" id="${name}-error">${error}</span>`}</p>`;
}
