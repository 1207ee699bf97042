// Fedify's log as lines of text on standard error, which the driver sends to a file. The verification of signatures is logged in full.

import { AsyncLocalStorage } from "node:async_hooks";
import { configure, getTextFormatter } from "@logtape/logtape";

export async function startLogging() {
  const format = getTextFormatter({ timestamp: "time", level: "abbr" });
  await configure({
    sinks: { lines: (record) => process.stderr.write(format(record)) },
    loggers: [
      { category: "fedify", lowestLevel: "info", sinks: ["lines"] },
      { category: ["fedify", "sig"], lowestLevel: "debug" },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["lines"] },
    ],
    contextLocalStorage: new AsyncLocalStorage(),
  });
}
