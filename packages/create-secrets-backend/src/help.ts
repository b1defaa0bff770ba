export const help = `Writes a package with a new secret backend, which already passes the conformance suite.

  npm create @llm-orchestrator/secrets-backend <name> [folder] [-- flags]

  <name>    of the service, in kebab-case: doppler, gcp-secret-manager
  [folder]  to write to; default ./secrets-<name>

  --scope <scope>        the package is <scope>/secrets-<name>; default secrets-<name>
  --package-name <name>  the package's whole name, in place of --scope
  --description <text>   one line for the manifest and the README
  --overwrite            write into a folder that is not empty; replaces files of the same name
  --dry-run              show what would be written, and write nothing
  --help, -h             show this
  --version, -v          show the version

npm keeps flags for itself unless -- stands before them. Its own setting "scope" counts as --scope.
`;
