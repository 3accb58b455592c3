// The comments below an article, each under the one it replies to.
import { STRANGERS_LINK, html, plainText, safeUrl } from './html.js';
import { dateText } from './pages.js';

const CONVERSATIONS_A_PAGE = 50;
// Deeper replies are shown, but no further to the right.
const INDENTS_MAX = 4;

// Conversations in the order of their first comment. A reply whose parent is gone keeps its place below an empty one.
function conversations(comments) {
  const nodes = new Map(comments.map((entry) => [entry.id, { entry, replies: [] }]));
  const roots = [];
  for (const entry of comments) {
    const node = nodes.get(entry.id);
    if (!entry.parent) {
      roots.push(node);
      continue;
    }
    let parent = nodes.get(entry.parent);
    if (!parent) {
      parent = { entry: { id: entry.parent, gone: true }, replies: [] };
      nodes.set(entry.parent, parent);
      roots.push(parent);
    }
    parent.replies.push(node);
  }
  return roots;
}

// Flat, with depths: no recursion, as a stranger chooses how deep replies go.
function* flattened(roots) {
  const stack = roots.map((node) => ({ node, depth: 0 })).reverse();
  while (stack.length > 0) {
    const { node, depth } = stack.pop();
    yield { entry: node.entry, depth };
    for (const reply of [...node.replies].reverse()) stack.push({ node: reply, depth: depth + 1 });
  }
}

export function commentTree({ article, copy, own, pageNumber }) {
  const roots = conversations(copy.comments(article.slug));
  const pages = Math.max(1, Math.ceil(roots.length / CONVERSATIONS_A_PAGE));
  const number = Math.min(pageNumber, pages);
  const shown = roots.slice((number - 1) * CONVERSATIONS_A_PAGE, number * CONVERSATIONS_A_PAGE);
  return html`${own?.note && html`<div class="note" role="status"><p>${own.note}</p></div>`}
${(roots.length > 0 || own?.entry) && html`<ol class="list">
${[...flattened(shown)].map(({ entry, depth }) => comment({ article, copy, entry, depth, own }))}
${own?.entry && comment({ article, copy, entry: own.entry, depth: 0, own })}
</ol>`}
${pages > 1 && pageLinks({ article, number, pages })}`;
}

// What stands for a picture: no picture is fetched from anybody who would learn who reads here.
const initialOf = (name) => /[\p{L}\p{N}]/u.exec(name)?.[0].toUpperCase() ?? '·';

function comment({ article, copy, entry, depth, own }) {
  const indent = Math.min(depth, INDENTS_MAX);
  if (entry.gone) {
    return html`<li class="comment gone indent-${indent}" id="comment-${entry.id}"><p>This comment is no longer here.</p></li>
`;
  }
  const href = entry.url && safeUrl(entry.url);
  const name = html`<bdi>${entry.name}</bdi>`;
  const waits = own?.entry?.id === entry.id;
  return html`<li class="comment indent-${indent}${waits && ' waits'}" id="comment-${entry.id}">
<article aria-label="Comment by ${entry.name}">
<header>
<span class="initial tint-${parseInt(entry.id.slice(-2), 16) % 6}" aria-hidden="true">${initialOf(entry.name)}</span>
<span class="who">${href ? html`<a href="${href}" rel="${STRANGERS_LINK}">${name}</a>` : name}</span>
<a class="when" href="#comment-${entry.id}"><time datetime="${entry.time}">${dateText(entry.time, true)}</time></a>
${entry.edited && html`<span class="edited">edited</span>`}
</header>
${waits && html`<p class="awaiting">Your comment is awaiting moderation. Only you can see it, by this page's address.</p>`}
<div class="text" dir="auto">${plainText(entry.body)}</div>
${!waits && !copy.closed(article.slug) && html`<a class="reply" href="/articles/${article.slug}?replyto=${entry.id}#respond" rel="nofollow" aria-label="Reply to ${entry.name}">Reply</a>`}
</article>
</li>
`;
}

function pageLinks({ article, number, pages }) {
  const to = (target, text) =>
    html`<a href="/articles/${article.slug}?page=${target}#comments">${text}</a>`;
  return html`<nav class="pages" aria-label="Pages of comments">
${number > 1 ? to(number - 1, '← Older') : html`<span></span>`}
<span>Page ${number} of ${pages}</span>
${number < pages ? to(number + 1, 'Newer →') : html`<span></span>`}
</nav>`;
}
