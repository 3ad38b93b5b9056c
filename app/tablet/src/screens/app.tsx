import { StatusLine } from "../components/status-line.tsx";
import { session } from "../device/session.ts";
import { t } from "../i18n/index.ts";
import { SignIn } from "./sign-in.tsx";

export function App() {
  return (
    <>
      <StatusLine />
      <main>{session.value ? <p>{t("shell.signedIn", { name: session.value.login })}</p> : <SignIn />}</main>
    </>
  );
}
