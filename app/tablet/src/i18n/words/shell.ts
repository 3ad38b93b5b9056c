import type { Words } from "../words.ts";

// What stands around every screen, and before anybody is in: sign-in, status line, updates.
export const SHELL = {
  "shell.signIn": { fr: "Se connecter", en: "Sign in" },
  "shell.signOut": { fr: "Se déconnecter", en: "Sign out" },
  "shell.login": { fr: "Identifiant", en: "Login" },
  "shell.password": { fr: "Mot de passe", en: "Password" },
  "shell.signingIn": { fr: "Connexion…", en: "Signing in…" },
  "shell.signedIn": { fr: "{name} est connecté·e", en: "{name} is signed in" },
  "shell.roleAt": { fr: "{roles}, {site}", en: "{roles}, {site}" },
  "shell.withPassword": { fr: "Mot de passe", en: "Password" },
  "shell.withBadge": { fr: "Badge et code PIN", en: "Badge and PIN" },
  "shell.way": { fr: "Comment se connecter", en: "How to sign in" },
  "shell.tablet": { fr: "Tablette (code sur son étiquette)", en: "Tablet (code on its sticker)" },
  "shell.tabletHelp": {
    fr: "Une fois par tablette. Sans code, on se connecte seulement par mot de passe.",
    en: "Once a tablet. Without a code, only passwords sign in.",
  },
  "shell.badgeLead": {
    fr: "Scannez votre badge, puis tapez votre code. Il faut s'être connecté par mot de passe sur cette tablette dans les 12 heures.",
    en: "Scan your badge, then enter your PIN. You must have signed in here with your password within 12 hours.",
  },
  "shell.badgeRead": { fr: "Badge lu. Tapez votre code.", en: "Badge read. Enter your PIN." },
  "shell.noBadge": { fr: "Ce n'est pas un badge.", en: "This is not a badge." },
  "shell.wrongPin": {
    fr: "Refusé : badge, identifiant ou code incorrect, ou plus de 12 heures depuis le mot de passe.",
    en: "Refused: badge, login or PIN is wrong, or the password was more than 12 hours ago.",
  },
  "shell.change": { fr: "Changer de personne", en: "Switch person" },
  "shell.theme": { fr: "Salle sombre", en: "Dark room" },
  "shell.skip": { fr: "Aller au contenu", en: "Skip to content" },
  "shell.wrongPassword": {
    fr: "Identifiant ou mot de passe incorrect. Vérifiez et recommencez.",
    en: "Login or password is wrong. Check them and try again.",
  },
  "shell.unreachable": {
    fr: "Le serveur ne répond pas. Rapprochez-vous du Wi-Fi et recommencez.",
    en: "The server does not answer. Move closer to the Wi-Fi and try again.",
  },
  "shell.online": { fr: "Connecté au serveur", en: "Connected" },
  "shell.offline": { fr: "Hors ligne : les scans restent sur la tablette", en: "Offline: scans stay on this tablet" },
  "shell.unknown": { fr: "Connexion en cours…", en: "Connecting…" },
  "shell.unsent": { fr: "{count} {count:NON ENVOYÉ|NON ENVOYÉS}", en: "{count} NOT SENT" },
  "shell.waitsFor": { fr: "attend que {person} se reconnecte", en: "waits for {person} to sign in" },
  "shell.parked": { fr: "{count} À RÉGLER", en: "{count} TO SETTLE" },
  "shell.insecure": {
    fr: "Cette adresse n'est pas protégée (https) : la tablette ne peut ni scanner ni garder de scan. Demandez l'adresse protégée.",
    en: "This address is not protected (https): the tablet can neither scan nor keep a scan. Ask for the protected address.",
  },
  "shell.updateReady": { fr: "Une mise à jour est prête", en: "An update is ready" },
  "shell.install": { fr: "Installer sur la tablette", en: "Install on this tablet" },
  "shell.installHint": {
    fr: "Ajoutez Givre à l'écran d'accueil (Partager, puis Sur l'écran d'accueil) : sinon la tablette peut effacer ce qui n'est pas envoyé.",
    en: "Add Givre to the home screen (Share, then Add to Home Screen): else the tablet may erase what is not sent.",
  },
  "shell.update": { fr: "Mettre à jour", en: "Update" },
  "shell.language": { fr: "English", en: "Français" },

  "photo.unsent": { fr: "{count} {count:PHOTO NON ENVOYÉE|PHOTOS NON ENVOYÉES}", en: "{count} {count:PHOTO|PHOTOS} NOT SENT" },
  "photo.refused": { fr: "{count} {count:PHOTO REFUSÉE|PHOTOS REFUSÉES}", en: "{count} {count:PHOTO|PHOTOS} REFUSED" },

  "nav.loading": { fr: "Chargement…", en: "Loading…" },
  "nav.retry": { fr: "Réessayer", en: "Try again" },
  "nav.failed": { fr: "Cet écran n'a pas pu être chargé.", en: "This screen could not be loaded." },

  "pin.label": { fr: "Code PIN", en: "PIN" },
  "pin.digits": { fr: "Pavé numérique", en: "Digits" },
  "pin.erase": { fr: "Effacer", en: "Delete" },
} as const satisfies Words;
