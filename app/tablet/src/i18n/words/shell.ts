import type { Words } from "../words.ts";

// What stands around every screen: sign-in, status line, updates.
export const SHELL = {
  "shell.signIn": { fr: "Se connecter", en: "Sign in" },
  "shell.signOut": { fr: "Se déconnecter", en: "Sign out" },
  "shell.login": { fr: "Identifiant", en: "Login" },
  "shell.password": { fr: "Mot de passe", en: "Password" },
  "shell.signingIn": { fr: "Connexion…", en: "Signing in…" },
  "shell.signedIn": { fr: "{name} est connecté·e", en: "{name} is signed in" },
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
  "shell.unsent": { fr: "{count} NON ENVOYÉ(S)", en: "{count} NOT SENT" },
  "shell.waitsFor": { fr: "attend que {person} se reconnecte", en: "waits for {person} to sign in" },
  "shell.parked": { fr: "{count} À RÉGLER", en: "{count} TO SETTLE" },
  "shell.insecure": {
    fr: "Cette adresse n'est pas protégée (https) : la tablette ne peut ni scanner ni garder de scan. Demandez l'adresse protégée.",
    en: "This address is not protected (https): the tablet can neither scan nor keep a scan. Ask for the protected address.",
  },
  "shell.updateReady": { fr: "Une mise à jour est prête", en: "An update is ready" },
  "shell.update": { fr: "Mettre à jour", en: "Update" },
  "shell.language": { fr: "English", en: "Français" },
} as const satisfies Words;
