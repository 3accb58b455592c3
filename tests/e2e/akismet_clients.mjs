// The stock npm clients of Akismet against a server: what each of their calls came to, as JSON.
// node akismet_clients.mjs HOST:PORT KEY
import { AkismetClient } from "akismet-api";
import { Author, Blog, Client, Comment } from "@cedx/akismet";

const [address, key] = process.argv.slice(2);

// What a call answers, or the error that it throws.
const outcome = async (call) => {
  try {
    return { answer: await call() };
  } catch (error) {
    return { error: String(error.message) };
  }
};

// Without DNS for KEY.host the key goes before an "@": the client makes HTTP Basic of it.
const api = (secret, more = {}) => new AkismetClient({
  key: secret, blog: "https://blog.example", protocol: "http", host: `k@${address}`, ...more,
});
const text = {
  ip: "203.0.114.7", useragent: "Mozilla/5.0", content: "I agree with the second part of this.", name: "Ada",
  email: "ada@example.org", permalink: "https://blog.example/article", type: "comment",
};
const blog = new Blog({ url: "https://blog.example", charset: "UTF-8", languages: ["en"] });
const cedx = (secret, more = {}) => new Client(secret, blog, { baseUrl: `http://${address}`, ...more });
const comment = (more = {}) => new Comment({
  author: new Author({ ipAddress: "203.0.114.8", name: "Bob", email: "bob@example.org", userAgent: "Mozilla/5.0", ...more }),
  content: "What a useful article this is.", permalink: "https://blog.example/other", type: "comment",
  date: new Date(), context: ["one", "two"],
});

const wrong = key.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
const results = {
  api: {
    verify: await outcome(() => new AkismetClient({ key, blog: "https://blog.example", protocol: "http", host: address }).verifyKey()),
    verifyWrong: await outcome(() => new AkismetClient({ key: wrong, blog: "https://blog.example", protocol: "http", host: address }).verifyKey()),
    check: await outcome(() => api(key).checkSpam(text)),
    checkKnown: await outcome(() => api(key).checkSpam({ ...text, name: "viagra-test-123", isTest: true })),
    checkAdministrator: await outcome(() => api(key).checkSpam({ ...text, role: "administrator", isTest: true })),
    checkHoneypot: await outcome(() => api(key).checkSpam({ ...text, content: "Filled in.", honeypot: "robot" })),
    checkWrong: await outcome(() => api(wrong).checkSpam(text)),
    submitSpam: await outcome(() => api(key).submitSpam(text)),
    submitHam: await outcome(() => api(key).submitHam(text)),
  },
  cedx: {
    verify: await outcome(() => cedx(key).verifyKey()),
    verifyWrong: await outcome(() => cedx(wrong).verifyKey()),
    check: await outcome(() => cedx(key).checkComment(comment())),
    checkKnown: await outcome(() => cedx(key, { isTest: true }).checkComment(comment({ name: "viagra-test-123" }))),
    checkAdministrator: await outcome(() => cedx(key, { isTest: true }).checkComment(comment({ role: "administrator" }))),
    checkWrong: await outcome(() => cedx(wrong).checkComment(comment())),
    submitSpam: await outcome(() => cedx(key).submitSpam(comment())),
    submitHam: await outcome(() => cedx(key).submitHam(comment())),
    behindPath: await outcome(() => cedx(key, { baseUrl: `http://${address}/akismet` }).verifyKey()),
  },
};
console.log(JSON.stringify(results));
