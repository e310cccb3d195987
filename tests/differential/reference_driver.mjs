// Runs commands of the reference in one process, because each start of it takes seconds. Reads one state a line,
// {env, cwd, commands: [{name, options}]}, and prints one line of answers, [{out, exit, error}], for each. The
// folder that `env` names as HOME is prepared by the caller.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import path from "node:path";

const root = process.argv[2];
const load = (name) => import(pathToFileURL(path.join(root, "dist", name)).href);

class Exit extends Error {
  constructor(code) {
    super(`exit ${code}`);
    this.code = code;
  }
}

let lines = [];
const capture = {
  log: (text) => lines.push(String(text)),
  error: (text) => process.stderr.write(`${text}\n`),
  exit: (code) => {
    throw new Exit(code);
  },
};
// What the reference prints beside the document is not ours to compare.
for (const name of ["log", "info", "warn", "error", "debug"]) console[name] = () => {};

function become(env) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env, { OPENCLAW_CONFIG_CACHE_MS: "0" });
}

let modules;
async function run({ name, options }) {
  lines = [];
  try {
    await modules[name](options, capture);
    return { out: lines.join("\n"), exit: 0 };
  } catch (error) {
    if (error instanceof Exit) return { out: lines.join("\n"), exit: error.code };
    return { out: lines.join("\n"), exit: 1, error: String(error?.message ?? error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const state = JSON.parse(line);
  become(state.env);
  process.chdir(state.cwd);
  if (!modules) {
    const status = await load("commands/models/list.status-command.js");
    const order = await load("commands/models/auth-order.js");
    const dotenv = await load("infra/dotenv.js");
    const env = await load("infra/env.js");
    modules = {
      status: status.modelsStatusCommand,
      order: order.modelsAuthOrderGetCommand,
      prepare: () => {
        dotenv.loadDotEnv({ quiet: true });
        env.normalizeEnv();
      },
    };
  }
  modules.prepare();
  const answers = [];
  for (const command of state.commands) answers.push(await run(command));
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
