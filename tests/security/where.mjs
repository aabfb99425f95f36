// Owns "where would a browser go?": the URL Standard's own parser, as Node and browsers share it.
// Reads [[target, base], …] on standard input and writes the origin of each, or null where none is.
let text = "";
for await (const chunk of process.stdin) text += chunk;
const answers = JSON.parse(text).map(([target, base]) => {
  try {
    return new URL(target, base).origin;
  } catch {
    return null;
  }
});
process.stdout.write(JSON.stringify(answers));
