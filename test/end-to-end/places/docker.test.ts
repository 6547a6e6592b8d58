import { behaviours } from "../../support/behaviours";
import { dockerContainer } from "../../support/docker-place";

behaviours(dockerContainer());
