// What the device remembers of one event: the list, its settings, every scan. Deleted as a whole.
const wait = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

export async function openStore(name) {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("kept");
    opening.result.createObjectStore("scans", { keyPath: "nonce" });
  };
  const db = await wait(opening);
  db.onversionchange = () => db.close();
  const store = (table, mode) => db.transaction(table, mode, { durability: "strict" }).objectStore(table);
  return {
    get: (key) => wait(store("kept", "readonly").get(key)),
    put: (key, value) => wait(store("kept", "readwrite").put(value, key)),
    drop: (key) => wait(store("kept", "readwrite").delete(key)),
    scans: async () => (await wait(store("scans", "readonly").getAll())).sort((a, b) => a.order - b.order),
    keep: (scan) =>
      new Promise((done, failed) => {
        const writing = db.transaction("scans", "readwrite", { durability: "strict" });
        for (const one of [scan].flat()) writing.objectStore("scans").put(one);
        writing.oncomplete = done;
        writing.onerror = writing.onabort = () => failed(writing.error);
      }),
    async forget() {
      db.close();
      await wait(indexedDB.deleteDatabase(name));
    },
  };
}
