// The first screen: scan anything.
import { Lazy } from "../components/lazy.tsx";
import { ScanBox } from "../components/scan-box.tsx";
import { ScanIcon } from "../components/icons.tsx";
import { scanned } from "../device/scans.ts";
import { named, say, t } from "../i18n/index.ts";
import { stepAside } from "../device/session.ts";
import { readBadge } from "./badge.ts";
import type { Found } from "./look-up.ts";
import { found, leave } from "./look-up.ts";
import { go } from "./route.ts";
import type { Subject } from "./shapes.ts";
import { shipperLabel } from "./shipper-label.ts";

export function ScanScreen() {
  return (
    <section class="scan-screen">
      <h1>{t("scan.title")}</h1>
      <p>{t("scan.lead")}</p>
      <ScanBox />
      <div aria-live="polite" class="found">
        {found.value && <FoundCard found={found.value} />}
      </div>
      <Lazy load={() => import("./work.tsx").then(({ Work }) => Work)} />
      <button type="button" class="quiet" onClick={() => go("scanner")}>
        {t("scanner.open")}
      </button>
    </section>
  );
}

function FoundCard({ found: told }: { readonly found: Found }) {
  if (told.kind === "doubt") {
    return (
      <div class="card warn">
        <h2>{t("scan.doubt")}</h2>
        <div class="choices">
          {told.doubt.candidates.map(({ text, reading }) => (
            <button type="button" key={text} class="code" onClick={() => scanned({ text, symbology: null, source: "scanner", reading })}>
              {text}
            </button>
          ))}
        </div>
      </div>
    );
  }
  const { scan } = told;
  if (told.kind === "unreadable") {
    return (
      <div class="card warn">
        <h2>{t("scan.unreadable")}</h2>
        <code class="code">{scan.text}</code>
        <p>{say(told.why)}</p>
        <p>{t("scan.unreadableHelp")}</p>
      </div>
    );
  }
  const { reading } = scan;
  const shipper = reading.status === "identified" && reading.subject === "shipper" ? reading.identifiers[0]?.value : undefined;
  return (
    <div class="card read">
      <p class="ribbon">
        <ScanIcon /> <strong>{t("verdict.read")}</strong> {t("verdict.readOnly")}
      </p>
      <code class="code">{scan.text}</code>
      {told.kind === "looking" && <p aria-busy="true">{t("scan.looking")}</p>}
      {told.kind === "offline" && <p class="problem">{t("scan.offline")}</p>}
      {told.kind === "problem" && <p class="problem">{told.detail}</p>}
      {told.kind === "unknown" && shipper === undefined && (
        <>
          <h2>{t("scan.unknown")}</h2>
          <p>{t("scan.unknownHelp")}</p>
        </>
      )}
      {shipper !== undefined && (
        <button type="button" class="primary" onClick={() => toShipper(shipper, scan.text)}>
          {t("scan.openShipper")}
        </button>
      )}
      {told.kind === "subjects" && <Subjects subjects={told.subjects} text={scan.text} />}
    </div>
  );
}

function toShipper(code: string, text: string): void {
  shipperLabel.value = { code, text, at: Date.now() };
  leave();
  go("shippers", code);
}

function Subjects({ subjects, text }: { readonly subjects: readonly Subject[]; readonly text: string }) {
  const bags = subjects.filter(({ type }) => type === "bag");
  if (bags.length > 1) return <p class="large">{t("scan.several")}</p>;
  return (
    <>
      {subjects.map((subject) => (
        <SubjectLine key={subject.id} subject={subject} text={text} />
      ))}
    </>
  );
}

function SubjectLine({ subject, text }: { readonly subject: Subject; readonly text: string }) {
  if (subject.type === "position") {
    return (
      <>
        <h2>{t("scan.position", { code: subject.code ?? "" })}</h2>
        {subject.bag ? (
          <button type="button" class="primary" onClick={() => go("bag", subject.bag ?? "")}>
            {t("scan.openBag")}
          </button>
        ) : (
          <p class="large">{t("scan.positionFree")}</p>
        )}
      </>
    );
  }
  if (subject.type === "person") {
    const takeOver = (): void => {
      readBadge.value = text;
      found.value = null;
      stepAside();
    };
    return (
      <>
        <h2>{t("scan.person")}</h2>
        <p>{(subject.roles ?? []).map((role) => named("role", role)).join(", ")}</p>
        <button type="button" class="primary" onClick={takeOver}>
          {t("scan.takeOver")}
        </button>
      </>
    );
  }
  if (subject.type === "shipper") {
    return (
      <>
        <h2>{t("scan.shipper")}</h2>
        <p class="large">{named("state", subject.state ?? "")}</p>
      </>
    );
  }
  return (
    <>
      <h2>{t(subject.type === "patient" ? "scan.patient" : "scan.document")}</h2>
      {subject.coi && <code class="code">{subject.coi}</code>}
    </>
  );
}

