/** Holds the manifests of this folder to the operator's and Kubernetes' own types, to each other and to the build. */
package dev.inferencestore.k8s;
