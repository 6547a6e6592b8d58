import { list, objects, type Rule } from "../rule";

/** The properties with which a container shares a namespace of its host, and the values that do so. */
const shared: Readonly<Record<string, RegExp>> = {
  networkMode: /^(?:host|container:.*)$/,
  pidMode: /^host$/,
  ipcMode: /^host$/,
  usernsMode: /^host$/,
  cgroupnsMode: /^host$/,
};

/** The folders of the host that `volumes` and `mounts` give to the container. */
function hostFolders({ volumes, mounts }: Readonly<Record<string, unknown>>): string[] {
  return [
    ...objects(volumes).flatMap(({ hostPath }) =>
      typeof hostPath === "string" && hostPath !== "" ? [hostPath] : [],
    ),
    ...objects(mounts).flatMap(({ type, source }) => (type === "bind" ? [String(source)] : [])),
  ];
}

export const containerRules: Rule[] = [
  {
    name: "containers-are-confined",
    description: "A container has neither the rights nor the network of its host.",
    types: ["docker:index/container:Container"],
    violations: ({ props }) => [
      ...(props.privileged === true ? ["The container has the host's rights: remove privileged."] : []),
      ...list((props.capabilities as { adds?: unknown } | undefined)?.adds).map(
        (capability) => `The container has the capability ${capability}: remove it from capabilities.`,
      ),
      ...list(props.securityOpts)
        .filter((option) => /unconfined|label[:=]disable|systempaths/.test(option))
        .map((option) => `The container is not confined (${option}): remove it from securityOpts.`),
      ...(objects(props.devices).length > 0
        ? ["The container has devices of the host: remove devices."]
        : []),
      ...hostFolders(props).map(
        (folder) => `The container has ${folder} of the host: keep its data in a volume.`,
      ),
      ...Object.entries(shared)
        .filter(([property, values]) => values.test(String(props[property])))
        .map(([property]) =>
          property === "networkMode"
            ? "The container uses the host's network: set networkMode to bridge."
            : `The container shares its host's namespace: remove ${property}.`,
        ),
      ...(objects(props.networksAdvanced).some(({ name }) => name === "host")
        ? ["The container uses the host's network: name another network in networksAdvanced."]
        : []),
    ],
  },
];
