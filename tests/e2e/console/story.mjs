// A small newspaper's comments, as they might wait on an afternoon: for pictures.
import { call, person, site, submit } from "./server.mjs";

const good = [
  ["Miriam Okafor", "The recipe worked beautifully, although I swapped the quince for pears. Did you ever try it with a little cardamom? My grandmother used to add it, and the whole kitchen smelt of winter."],
  ["Jonas", "Is the footbridge by the old mill open again? The sign still says closed, but I saw people crossing it on Sunday."],
  ["Ada Brandt", "I disagree with the third point: the figures for 2024 include the ferry, those for 2023 do not. Compare page 12 of the council's own report."],
  ["Old Harbour Walker", "Lovely photographs. The second one shows the pier before the storm, doesn't it? We used to fish there every summer."],
  ["Chen", "Thank you for explaining the bus timetable! Line 4 now stops at the library, too, which is a great help for my mother."],
  ["Salma", "Could somebody from the museum say whether the lantern evening is free for children this year?"],
];
const spam = [
  ["Best Deals", "Earn 500 dol\u200blars a day working from home! Click http://quick-cash.example and subscribe to my channel for guaranteed profit."],
  ["Photo Prints", "Great post! Check out my channel and subscribe, guaranteed cheap prints at http://prints.example today."],
  ["Casino Royal", "Casino bonus without deposit, click http://casino-bonus.example and win guaranteed profit tonight!!!"],
  ["Dr. Pill", "Cheap pills online, no prescription, guaranteed delivery, click http://pills.example now."],
];
const waiting = [
  ["Rita Moreau", "Great post about the bridge! I put more photographs of the old mill on my channel, http://river-walks.example, if anybody would like to compare them with yours.", { authorUrl: "http://river-walks.example" }],
  ["Miriam Okafor", "The orchard is open on Saturday, and the children may help with the press. Bring bottles!", { authorEmail: "miriam@example.org" }],
  ["سلمى", "شكرا جزيلا على هذا المقال الرائع عن الميناء القديم."],
  ["P\u0430yp\u0430l Service", "Verify your p\u0430ypal \u0430ccount tod\u0430y, and win a \u{1d41f}\u{1d42b}\u{1d41e}\u{1d41e} gift at http://pay.example"],
  ["Tim", "Subscribe to the museum's letter instead: they announce the lantern evening there, and it is free."],
  ["Anonymous", "This is the worst article that I have read here, and whoever wrote it should try working for once."],
  ["Ferry Fan", "Does the winter timetable of the ferry begin this week or next? The council's page shows both."],
];

async function learn() {
  const examples = [];
  for (let round = 0; round < 6; round++) {
    for (const [label, rows] of [["LABEL_HAM", good], ["LABEL_SPAM", spam]]) {
      for (const [authorName, body] of rows) {
        examples.push({ externalId: `${label}-${round}-${authorName.replace(/\W/g, "")}`, label, submission: { authorName, body: `${body} ${"again and ".repeat(round)}` } });
      }
    }
  }
  await call("ModelService", "LearnComments", { parent: `sites/${site}`, importId: "old-blog", examples });
}

const decide = (comment, action, more = {}) => call("ModerationService", "ModerateComments", { actions: [{ comment: comment.name, action, ...more }] });

// Answers whoever may look at all of it.
export async function seed() {
  await call("AdminService", "UpdateSite", { site: { name: `sites/${site}`, displayName: "The Garden Journal", languages: ["en"], policy: { mode: "MODE_MODERATE_ALL", honeypot: true, linksMax: 4, duplicateWindow: "3600s" } } });
  await call("AdminService", "CreateSite", { siteId: "harbour", site: { displayName: "Harbour News", languages: ["en"] } });
  await call("AdminService", "CreateRule", { parent: `sites/${site}`, rule: { kind: "KIND_DOMAIN", pattern: "quick-cash.example", action: "ACTION_SPAM", reason: "Get-rich schemes, every week." } });
  await call("AdminService", "CreateRule", { parent: `sites/${site}`, rule: { kind: "KIND_WORD", pattern: "casino bonus", action: "ACTION_HOLD", reason: "Sometimes a real question.", logOnly: true } });
  await learn();
  const anna = await person("anna", "ROLE_OPERATOR");
  await person("tomas");
  await call("AccountService", "InvitePerson", { person: { name: "people/mira", displayName: "Mira Lund", memberships: [{ site: "sites/harbour", role: "ROLE_MODERATOR" }] } });
  for (const [authorName, body] of good) await decide(await submit(body, { authorName, authorEmail: `${authorName.split(" ")[0].toLowerCase()}@example.org` }), "DECISION_ACTION_APPROVE");
  for (const [authorName, body] of spam) {
    const comment = await submit(body, { authorName });
    if (comment.status !== "COMMENT_STATUS_SPAM") await decide(comment, "DECISION_ACTION_SPAM");
  }
  const off = await submit("By the way, my cat is called Ferry.", { authorName: "Cat Person" });
  await decide(off, "DECISION_ACTION_TRASH", { reasonCode: "OFF_TOPIC", note: "Kind, but about a cat." });
  const parent = await submit("Which of the two bridges do you mean, the old or the new one?", { authorName: "Hanna" });
  await decide(parent, "DECISION_ACTION_APPROVE");
  // Enough to say how far the classifier can be trusted.
  for (let round = 0; round < 6; round++) {
    for (const [rows, action] of [[good, "DECISION_ACTION_APPROVE"], [spam, "DECISION_ACTION_SPAM"]]) {
      for (const [authorName, body] of rows) {
        const words = body.split(" ");
        await decide(await submit([...words.slice(round * 2), "again", ...words.slice(0, round)].join(" "), { authorName }), action);
      }
    }
  }
  const comments = [];
  for (const [authorName, body, more = {}] of waiting) {
    comments.push(await submit(body, { authorName, language: authorName === "سلمى" ? "ar" : "en", ...(comments.length ? {} : { parentComment: parent.name }), ...more }));
  }
  for (let at = 0; at < 9; at++) await submit(`Visit our wonderful new shop for garden tools, number ${at} of our offers today, delivered to your door within a day!`, { authorName: "Garden Tools" });
  await call("ModerationService", "AddNote", { parent: comments[0].name, text: "The link is her own walking diary; I have looked." });
  return anna;
}
