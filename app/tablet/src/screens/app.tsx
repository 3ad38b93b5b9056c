import { StatusLine } from "../components/status-line.tsx";
import { session } from "../device/session.ts";
import { t } from "../i18n/index.ts";
import { SignIn } from "./sign-in.tsx";

export function App() {
  // Without TLS a browser gives neither camera nor service worker nor keys to seal with: say so instead of losing scans.
  if (!isSecureContext) return <p role="alert">{t("shell.insecure")}</p>;
  return (
    <>
      <StatusLine />
      <main>{session.value ? <p>{t("shell.signedIn", { name: session.value.login })}</p> : <SignIn />}</main>
    </>
  );
}
