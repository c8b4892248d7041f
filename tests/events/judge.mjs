// Runs the phone's judge over a table of scans: reads {list, scans} from stdin, writes what it said of each.
import { bookOf, enter, importKeys, judge, meant } from "../../frontend/checkin/judge.js";

let text = "";
for await (const part of process.stdin) text += part;
const { list, scans } = JSON.parse(text);
const keys = await importKeys(list.keys);
const book = bookOf(list);
const said = [];
for (const { ticket, direction, session, at, gate } of scans) {
  const { outcome, row, before } = judge(book, await meant(ticket, keys), direction, session, at);
  enter(book, { reference: row?.reference, outcome, session, at, gate, device: "" });
  said.push([outcome, row?.name ?? "", before?.gate ?? null]);
}
process.stdout.write(JSON.stringify(said));
