import type { Case } from "./cases";

/** The cases of the rules for what a stack has in a Docker Engine. */
export const containerCases: Case[] = [
  ["containers-are-confined", { privileged: true }, "remove privileged", { networkMode: "a-network" }],
  ["containers-are-confined", { networkMode: "host" }, "set networkMode to bridge", {}],
  [
    "containers-are-confined",
    { networkMode: "container:other" },
    "set networkMode to bridge",
    { networkMode: "host-only" },
  ],
  [
    "containers-are-confined",
    { networksAdvanced: [{ name: "host" }] },
    "in networksAdvanced",
    { networksAdvanced: [{ name: "hosts" }] },
  ],
  ["containers-are-confined", { privileged: "true" }, "remove privileged", { privileged: "false" }],
  ["containers-are-confined", { pidMode: "host" }, "with its host: remove pidMode", { ipcMode: "private" }],
  [
    "containers-are-confined",
    { ipcMode: "container:other" },
    "with another container: remove ipcMode",
    { ipcMode: "shareable" },
  ],
  [
    "volumes-are-the-engines",
    { driverOpts: { type: "none", o: "bind", device: "/etc" } },
    "The volume is /etc of the host",
    { driverOpts: { type: "tmpfs", device: "tmpfs" } },
  ],
  ["networks-are-behind-the-host", { driver: "macvlan" }, "by its driver macvlan", { driver: "bridge" }],
  ["networks-are-behind-the-host", { driver: "ipvlan" }, "by its driver ipvlan", { internal: true }],
  [
    "networks-are-behind-the-host",
    { options: { "com.docker.network.bridge.gateway_mode_ipv4": "nat-unprotected" } },
    "gateway_mode_ipv4 nat-unprotected: set it to nat",
    { options: { "com.docker.network.bridge.gateway_mode_ipv6": "nat" } },
  ],
  [
    "containers-are-confined",
    { capabilities: { adds: ["NET_ADMIN"] } },
    "capability NET_ADMIN",
    { capabilities: { drops: ["NET_RAW"] } },
  ],
  [
    "containers-are-confined",
    { securityOpts: ["seccomp=unconfined"] },
    "not confined (seccomp=unconfined)",
    { securityOpts: ["no-new-privileges"] },
  ],
  [
    "containers-are-confined",
    { volumes: [{ hostPath: "/var/run/docker.sock", containerPath: "/s" }] },
    "has /var/run/docker.sock of the host",
    { volumes: [{ volumeName: "data", containerPath: "/var/lib/postgresql" }] },
  ],
  [
    "containers-are-confined",
    { mounts: [{ type: "bind", source: "/etc", target: "/etc" }] },
    "has /etc of the host",
    { mounts: [{ type: "volume", source: "data", target: "/d" }] },
  ],
];
