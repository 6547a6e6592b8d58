import * as pulumi from "@pulumi/pulumi";

/**
 * The provider of the tasks that log in as the schema owner. It stores the owner's URL. A new password therefore
 * changes only this resource and not the tasks, and each refresh and deletion uses the current password.
 */
export class OwnerTasks extends pulumi.ProviderResource {
  constructor(name: string, ownerUrl: pulumi.Output<string>, opts: pulumi.ResourceOptions = {}) {
    super("pulumi-nodejs", name, { "chat-perf:ownerUrl": knownInPreviews(ownerUrl) }, opts);
  }
}

/**
 * Replaces an unknown URL by an empty one. If the configuration of a provider is unknown, a preview shows nothing about
 * its resources. No task logs in during a preview, so the empty URL is not used.
 */
function knownInPreviews(url: pulumi.Output<string>): pulumi.Output<string> {
  const { isKnown } = url as unknown as { isKnown: Promise<boolean> };
  return pulumi.secret(pulumi.output(isKnown).apply((known) => (known ? url : "")));
}
