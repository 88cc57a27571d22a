// What GitHub itself says of the workflows and the action under a folder: one line for each finding.
//
// node validate.mjs ROOT
import fs from "node:fs";
import path from "node:path";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

// The parser imports its schema, a JSON file, in a way that Node no longer takes: hand it over as a module.
register("data:text/javascript," + encodeURIComponent(`
  import { readFile } from "node:fs/promises";
  import { fileURLToPath } from "node:url";
  export async function load(url, context, next) {
    if (!url.startsWith("file:") || !url.endsWith(".json")) return next(url, context);
    const source = "export default " + await readFile(fileURLToPath(url), "utf8");
    return { format: "module", shortCircuit: true, source };
  }`));

const { validate } = await import("@actions/languageservice");
const { TextDocument } = await import("vscode-languageserver-textdocument");

const root = path.resolve(process.argv[2]);
const read = (file) => fs.readFileSync(path.join(root, file), "utf8");
const workflows = fs.readdirSync(path.join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const provider = { getFileContent: async (wanted) => ({ name: wanted.path, content: read(wanted.path) }) };

let findings = 0;
for (const file of [...workflows, "action.yml"]) {
  const kind = file === "action.yml" ? "github-actions-action" : "github-actions-workflow";
  const text = TextDocument.create(pathToFileURL(path.join(root, file)).href, kind, 1, read(file));
  for (const one of await validate(text, { fileProvider: provider })) {
    findings += 1;
    console.log(`${file}:${one.range.start.line + 1}: ${one.message.split("\n")[0]}`);
  }
}
process.exit(findings ? 1 : 0);
