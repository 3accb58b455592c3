<?php
/**
 * Plugin Name: Akismet at home
 * Description: Sends what the Akismet plugin asks rest.akismet.com to your own replyguard server.
 * License: Apache-2.0
 *
 * Put this file into wp-content/mu-plugins/ and the server's address into wp-config.php:
 *
 *     define( 'REPLYGUARD_URL', 'https://comments.example.org' );
 *
 * Then enter a backend key of your site (replyguard key create) on the settings page of the unchanged Akismet plugin.
 */

defined( 'ABSPATH' ) || exit;

add_filter(
	'pre_http_request',
	function ( $answer, $args, $url ) {
		$parts = wp_parse_url( $url );
		$host  = isset( $parts['host'] ) ? strtolower( $parts['host'] ) : '';
		if ( false !== $answer || ! defined( 'REPLYGUARD_URL' ) || ! preg_match( '/^(?:([0-9a-f]+)\.)?rest\.akismet\.com$/', $host, $found ) ) {
			return $answer;
		}
		$target = untrailingslashit( REPLYGUARD_URL ) . ( isset( $parts['path'] ) ? $parts['path'] : '/' );
		if ( isset( $parts['query'] ) ) {
			$target .= '?' . $parts['query'];
		}
		// Old versions of the plugin carry the key in the host's name.
		if ( ! empty( $found[1] ) ) {
			$target = add_query_arg( 'api_key', $found[1], $target );
		}
		// The plugin names Akismet's host itself.
		if ( isset( $args['headers'] ) && is_array( $args['headers'] ) ) {
			unset( $args['headers']['Host'], $args['headers']['host'] );
		}
		return wp_remote_request( $target, $args );
	},
	10,
	3
);
