import { isTrue, known, list, objects, type Rule } from "../rule";

/** The properties of a container that can name a namespace of its host or of another container. */
const namespaces = ["networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode"];
const shared = /^(?:host|container:.*)$/;

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
      ...(isTrue(props.privileged) ? ["The container has the host's rights: remove privileged."] : []),
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
      ...namespaces
        .filter((property) => shared.test(String(props[property])))
        .map((property) => {
          const whose = props[property] === "host" ? "its host" : "another container";
          return property === "networkMode"
            ? `The container uses the network of ${whose}: set networkMode to bridge.`
            : `The container shares a namespace with ${whose}: remove ${property}.`;
        }),
      ...(objects(props.networksAdvanced).some(({ name }) => name === "host")
        ? ["The container uses the host's network: name another network in networksAdvanced."]
        : []),
    ],
  },
  {
    name: "volumes-are-the-engines",
    description: "A volume is no folder or device of the host.",
    types: ["docker:index/volume:Volume"],
    violations: ({ props: { driverOpts } }) => {
      const { device } = known((driverOpts ?? {}) as Record<string, unknown>);
      return typeof device === "string" && device.startsWith("/")
        ? [`The volume is ${device} of the host: remove device from driverOpts.`]
        : [];
    },
  },
  {
    name: "networks-are-behind-the-host",
    description: "Other machines reach a container by its published ports only.",
    types: ["docker:index/network:Network"],
    violations: ({ props: { driver = "bridge", options } }) => [
      ...(["bridge", "overlay", "null"].includes(String(driver))
        ? []
        : [`Other machines reach the network by its driver ${String(driver)}: set driver to bridge.`]),
      ...Object.entries(known((options ?? {}) as Record<string, unknown>))
        .filter(
          ([name, value]) => /gateway_mode_ipv[46]$/.test(name) && !/^nat$|^isolated$/.test(String(value)),
        )
        .map(
          ([name, value]) => `Other machines reach the network by ${name} ${String(value)}: set it to nat.`,
        ),
    ],
  },
];
