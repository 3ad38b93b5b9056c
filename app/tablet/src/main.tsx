import { render } from "preact";
import { followTheme } from "./components/theme.ts";
import { persist } from "./device/database.ts";
import { followInstall } from "./device/install.ts";
import { look } from "./device/reach.ts";
import { loadScanner } from "./device/scanner.ts";
import { startSender } from "./device/sender.ts";
import { register } from "./device/updates.ts";
import { language, speak } from "./i18n/language.ts";
import { App } from "./screens/app.tsx";
import "./styles/main.css";

const place = document.getElementById("app");
if (place === null) throw new Error("the page has no place for the app");
speak(language.value);
followTheme(document.documentElement);
followInstall(window);
render(<App />, place);
if (isSecureContext) {
  startSender();
  void persist();
  void loadScanner().catch(() => undefined);
  void register();
}
void look();
