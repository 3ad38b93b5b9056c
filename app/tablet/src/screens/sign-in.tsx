import { useSignal } from "@preact/signals";
import type { Key } from "../i18n/index.ts";
import { t } from "../i18n/index.ts";
import { signIn } from "../device/session.ts";

export function SignIn() {
  const problem = useSignal<Key | null>(null);
  const busy = useSignal(false);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    busy.value = true;
    try {
      const done = await signIn(String(form.get("login")), String(form.get("password")));
      problem.value = done === "refused" ? "shell.wrongPassword" : done === "failed" ? "shell.unreachable" : null;
    } catch {
      problem.value = "shell.unreachable";
    } finally {
      busy.value = false;
    }
  };

  return (
    <form class="sign-in" onSubmit={submit}>
      <h1>{t("shell.signIn")}</h1>
      <label>
        {t("shell.login")}
        <input name="login" autocomplete="username" autocapitalize="none" required />
      </label>
      <label>
        {t("shell.password")}
        <input name="password" type="password" autocomplete="current-password" required />
      </label>
      <p role="alert">{problem.value && t(problem.value)}</p>
      <button type="submit" disabled={busy.value}>
        {t(busy.value ? "shell.signingIn" : "shell.signIn")}
      </button>
    </form>
  );
}
