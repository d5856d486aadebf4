// Shows that programs of Node.js run as the tests need it: says what it was given, then waits.
const [, , ...words] = process.argv;
if (words.includes("fail")) {
  console.error("as it was told");
  process.exit(3);
}
console.log(`ready with ${process.env.WORD} ${words.join(" ")}`);
setInterval(() => console.log("still here ".repeat(1000)), 1);
