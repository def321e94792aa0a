// usage: node sarif_schema.js FILE...: whether SARIF files are valid by the published schema of SARIF 2.1.0, and
// keep what code scanning asks for beyond it. Node finds the packages through NODE_PATH.
// Sources: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
//          https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support-for-code-scanning
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const Ajv = require("ajv");

const packaged = path.dirname(require.resolve("@microsoft/jest-sarif/package.json"));
const schema = JSON.parse(fs.readFileSync(path.join(packaged, "lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
const ajv = new Ajv({ schemaId: "auto", allErrors: true, meta: false, unknownFormats: "ignore" });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const valid = ajv.compile(schema);

let failed = 0;
function expect(truth, message) {
  if (truth) return;
  failed += 1;
  if (failed <= 20) console.error(message);
}

function schemaErrors(log) {
  return valid(log) ? [] : valid.errors.map((error) => `${error.dataPath || "/"} ${error.message}`);
}

function checkCodeScanning(file, log) {
  for (const run of log.runs) {
    const { driver } = run.tool;
    expect(new Set(driver.rules.map((rule) => rule.id)).size === driver.rules.length, `${file}: a rule stands twice`);
    for (const rule of driver.rules) {
      expect(/^[A-Z][A-Za-z0-9]*$/.test(rule.name), `${file}: ${rule.id}: the name "${rule.name}" is no identifier`);
      expect(rule.properties.tags.length <= 20, `${file}: ${rule.id}: more than 20 tags`);
      expect(rule.properties.tags.includes("security"), `${file}: ${rule.id}: no tag "security", so no severity is shown`);
      const severity = rule.properties["security-severity"];
      expect(typeof severity === "string" && Number(severity) > 0 && Number(severity) <= 10,
        `${file}: ${rule.id}: security-severity is ${JSON.stringify(severity)}`);
      for (const text of [rule.shortDescription.text, rule.fullDescription.text]) {
        expect(text.length > 0 && text.length <= 1024, `${file}: ${rule.id}: a description of ${text.length} characters`);
      }
    }
    const prints = new Map();
    run.results.forEach((result, index) => {
      const where = `${file}: results[${index}]`;
      expect(driver.rules[result.ruleIndex]?.id === result.ruleId, `${where}: ruleIndex is not that of ${result.ruleId}`);
      expect(result.kind === "fail" || result.level === "none", `${where}: level ${result.level} with kind ${result.kind}`);
      expect(result.locations?.length === 1, `${where}: not one location`);
      const { artifactLocation, region } = result.locations[0].physicalLocation;
      expect(/^[A-Za-z0-9\-._~/%:]+$/.test(artifactLocation.uri), `${where}: the URI ${artifactLocation.uri} is not encoded`);
      expect(/^file:/.test(artifactLocation.uri) !== ("uriBaseId" in artifactLocation), `${where}: uriBaseId`);
      expect(region.startLine >= 1 && region.startColumn >= 1, `${where}: the region begins before the file`);
      expect(!/[^{]\{\d+\}[^}]/.test(result.message.text), `${where}: the message has a placeholder without arguments`);
      for (const print of Object.values(result.partialFingerprints)) prints.set(print, (prints.get(print) ?? 0) + 1);
    });
    console.log(`${file}: ${driver.rules.length} rules, ${run.results.length} results, ${prints.size} fingerprints`);
  }
}

// A validator that lets everything through would make a fine test: it must find these.
function checkValidator(log) {
  const spoil = (change) => {
    const copy = structuredClone(log);
    change(copy);
    return schemaErrors(copy).length > 0;
  };
  expect(spoil((copy) => { copy.version = "2.0.0"; }), "the validator takes another version");
  expect(spoil((copy) => { delete copy.runs[0].tool.driver.name; }), "the validator takes a tool without a name");
  expect(spoil((copy) => { copy.runs[0].results[0].level = "fatal"; }), "the validator takes an unknown level");
  expect(spoil((copy) => { copy.runs[0].results[0].colour = "red"; }), "the validator takes an unknown property");
  expect(spoil((copy) => { copy.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0; }),
    "the validator takes line 0");
}

for (const file of process.argv.slice(2)) {
  const log = JSON.parse(fs.readFileSync(file, "utf8"));
  for (const error of schemaErrors(log)) expect(false, `${file}: ${error}`);
  checkCodeScanning(file, log);
  if (log.runs[0].results.length > 0) checkValidator(log);
}
if (failed > 20) console.error(`and ${failed - 20} more`);
process.exit(failed === 0 && process.argv.length > 2 ? 0 : 1);
