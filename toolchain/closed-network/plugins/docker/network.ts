import type Docker from "dockerode";
import type { Property, Resource, ResourceType } from "../resource-type";
import type { Properties, Value } from "../values";
import { ask, found, type Label, labelList, labelMap } from "./engine";
import { labels, REMOVE_TIMEOUT_MS, whileRefused } from "./schema";

interface IpamConfig extends Record<string, Value> {
  subnet: string;
  ipRange: string;
  gateway: string;
  auxAddress: Record<string, string>;
}

interface Network extends Properties {
  name: string;
  driver: string | null;
  internal: boolean | null;
  attachable: boolean;
  ingress: boolean;
  ipv6: boolean;
  options: Record<string, string> | null;
  ipamDriver: string;
  ipamOptions: Record<string, string>;
  ipamConfigs: IpamConfig[] | null;
  labels: Label[];
}

const replaces = true;
const flag: Property = { type: "boolean", default: false, replaces };
const text: Property = { type: "string", default: "" };

/** The resource type `docker:index/network:Network`. */
export function network(docker: Docker): ResourceType {
  async function read(id: string): Promise<Resource | undefined> {
    const network = await found(docker.getNetwork(id).inspect());
    if (network === undefined) return undefined;
    const { Id, Name, Driver, Internal, Attachable, Ingress, EnableIPv6, Scope, Options, Labels, IPAM } =
      network;
    return {
      id: Id,
      state: {
        id: Id,
        name: Name,
        driver: Driver,
        scope: Scope,
        options: Options ?? {},
        internal: Internal,
        attachable: Attachable,
        ingress: Ingress,
        ipv6: EnableIPv6,
        labels: labelList(Labels),
        ipamDriver: IPAM?.Driver ?? "default",
        ipamOptions: IPAM?.Options ?? {},
        ipamConfigs: (IPAM?.Config ?? []).map(({ Subnet = "", IPRange = "", Gateway = "", ...others }) => ({
          subnet: Subnet,
          ipRange: IPRange,
          gateway: Gateway,
          auxAddress: (others as { AuxiliaryAddresses?: Record<string, string> }).AuxiliaryAddresses ?? {},
        })),
      },
    };
  }

  return {
    schema: {
      name: { type: "string", required: true, replaces },
      driver: { type: "string", computed: true, replaces },
      internal: { type: "boolean", computed: true, replaces },
      attachable: flag,
      ingress: flag,
      ipv6: flag,
      options: { type: "map", computed: true, replaces },
      ipamDriver: { type: "string", default: "default", replaces },
      ipamOptions: { type: "map", default: {}, replaces },
      ipamConfigs: {
        type: "set",
        computed: true,
        replaces,
        fields: { subnet: text, ipRange: text, gateway: text, auxAddress: { type: "map", default: {} } },
      },
      labels: { ...labels, default: [] },
      scope: { type: "string", readonly: true, computed: true },
    },

    async create(plan: Network): Promise<Resource> {
      const { id } = await ask(
        "Unable to create network",
        docker.createNetwork({
          Name: plan.name,
          Labels: labelMap(plan.labels),
          ...(plan.driver !== null && { Driver: plan.driver }),
          ...(plan.options !== null && { Options: plan.options }),
          Internal: plan.internal ?? false,
          Attachable: plan.attachable,
          Ingress: plan.ingress,
          EnableIPv6: plan.ipv6,
          IPAM: {
            Driver: plan.ipamDriver,
            Options: plan.ipamOptions,
            Config: (plan.ipamConfigs ?? []).map(({ subnet, ipRange, gateway, auxAddress }) => ({
              ...(subnet !== "" && { Subnet: subnet }),
              ...(ipRange !== "" && { IPRange: ipRange }),
              ...(gateway !== "" && { Gateway: gateway }),
              AuxiliaryAddresses: auxAddress,
            })),
          },
        }),
      );
      return (await read(id))!;
    },

    read: (id) => read(id),

    update: () => Promise.reject(new Error("A network is replaced, never updated.")),

    async delete(id: string): Promise<void> {
      await whileRefused(REMOVE_TIMEOUT_MS, () =>
        ask("Unable to remove network", docker.getNetwork(id).remove()),
      );
    },
  };
}
