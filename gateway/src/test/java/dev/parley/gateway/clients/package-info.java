/** The stock SDKs, unmodified, against a real gateway. */
package dev.parley.gateway.clients;
