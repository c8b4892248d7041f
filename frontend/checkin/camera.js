// The camera, by qr-scanner: the phone's own reader of codes where it has one, else a worker from our own address.
import QrScanner from "qr-scanner";

const AGAIN = 3_000; // the same code held before the camera is one scan

export function camera(video, seen) {
  let scanner = null;
  let last = { text: "", at: 0 };
  const decoded = ({ data }) => {
    const at = performance.now();
    const again = data === last.text && at - last.at < AGAIN;
    last = { text: data, at };
    if (!again) seen(data);
  };
  return {
    async start() {
      scanner ??= new QrScanner(video, decoded, { returnDetailedScanResult: true, maxScansPerSecond: 12 });
      await scanner.start();
    },
    stop() {
      scanner?.stop();
    },
    hasLight: async () => (await scanner?.hasFlash()) ?? false,
    light: () => scanner?.toggleFlash(),
  };
}
