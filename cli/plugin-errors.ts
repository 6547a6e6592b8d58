/** Remedies for errors of the official plugins, which do not name one. */
const REMEDIES: readonly (readonly [words: RegExp, remedy: string])[] = [
  [
    /strconv\.Atoi: parsing "\d+\s*(?:us|ms|s|min|h|d)"/,
    "Somebody has set a time limit with a unit for a role, which the official plugin cannot read. Run `npm run up` once without --refresh: it takes the limit back.",
  ],
  [
    /error (?:creating|updating) role .*(?:plain ?text|pre-?hashed|hashed password|encrypted password)/is,
    "The server takes no SCRAM verifier in the place of a password. Set chat-perf:passwordForm to cleartext; docs/targets.md says what that costs.",
  ],
  [
    /failed to connect to any docker daemon/i,
    "Start the Docker Engine, or name it with DOCKER_HOST. The official plugin needs it for a preview too.",
  ],
];

/** The remedy for an error of a plugin. Undefined when there is none. */
export function remedyFor(message: string): string | undefined {
  return REMEDIES.find(([words]) => words.test(message))?.[1];
}
