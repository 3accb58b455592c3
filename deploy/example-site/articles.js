// What the site is about. `slug` is the article's address, and the key of its thread at replyguard.
export const Articles = [
  {
    slug: 'a-walk-along-the-harbour',
    title: 'A walk along the harbour',
    author: 'Hanna Brandt',
    published: '2026-11-14T09:00:00Z',
    language: 'en',
    summary: 'From the new footbridge to the old fish market and back by the quarry: two hours, one bakery, and a great many '
      + 'bollards.',
    picture: { src: '/harbour.svg', alt: 'Two boats below a footbridge in the evening' },
    paragraphs: [
      'Begin where the tram ends. From there a path leads down to the water, past the ropewalk and the yard where they used to '
        + 'mend nets. On a still morning you hear the halyards before you see the masts.',
      'The second photograph in the town hall shows this quay as it was a century ago, with the cranes and the fountain. The '
        + 'cranes are gone. The fountain was moved twice and has stood dry ever since, which does not keep anybody from '
        + 'meeting there.',
      'Cross by the footbridge if it is open; if not, the way round by the quarry takes half an hour longer and is the '
        + 'prettier one. At the fish market turn back, and stop at the bakery for the rye bread. There is a story about that '
        + 'bread, and a recipe, but they belong into another article.',
      'What have I missed? Who remembers the cranes? Tell me below.',
    ],
  },
  {
    slug: 'rye-bread-on-a-sunday',
    title: 'Rye bread on a Sunday',
    author: 'Hanna Brandt',
    published: '2026-11-22T08:30:00Z',
    language: 'en',
    summary: 'The recipe that the bakery on the quay would not give me, found out in eleven attempts.',
    picture: null,
    paragraphs: [
      'Five hundred grams of rye flour, as dark as you can get it; as much water, warmer than your hand; two spoons of the sour '
        + 'dough that a neighbour has given you, and salt. That is all, and that is why it took me eleven attempts.',
      'Stir it in the evening, and do not knead it: rye does not want to be kneaded. Leave it in a cool kitchen over night. In '
        + 'the morning it will have doubled, or nearly. Bake it very hot for a quarter of an hour and then gently for an hour.',
      'Then comes the hardest part, which is to leave it alone until the next day. If you have found a way to wait, write it '
        + 'below.',
    ],
  },
];
