<?php
/**
 * Plugin Name: Akismet at home
 * Description: Sends what the Akismet plugin asks rest.akismet.com to your own replyguard server.
 * License: Apache-2.0
 *
 * Put this file into wp-content/mu-plugins/ and these lines into wp-config.php:
 *
 *     define( 'REPLYGUARD_URL', 'https://comments.example.org' );
 *     define( 'REPLYGUARD_KEY', 'a backend key of your site (replyguard key create)' );
 *
 * Then activate the unchanged Akismet plugin. It takes no key that is not 12 characters long, so it is shown the first 12 of
 * yours as one that the site's configuration sets; the whole one goes over the wire, and never into WordPress's database.
 */

defined( 'ABSPATH' ) || exit;

if ( defined( 'REPLYGUARD_URL' ) && defined( 'REPLYGUARD_KEY' ) && ! defined( 'WPCOM_API_KEY' ) ) {
	define( 'WPCOM_API_KEY', substr( REPLYGUARD_KEY, 0, 12 ) );

	add_filter(
		'pre_http_request',
		function ( $answer, $args, $url ) {
			$parts = wp_parse_url( $url );
			// Its page with the settings asks single servers by their IP, and names the host in a header.
			$named = isset( $args['headers']['Host'] ) ? $args['headers']['Host'] : ( isset( $parts['host'] ) ? $parts['host'] : '' );
			$host  = strtolower( $named );
			if ( false !== $answer || ! preg_match( '/^(?:([0-9a-f]+)\.)?rest\.akismet\.com$/', $host, $found ) ) {
				return $answer;
			}
			$whole_key = function ( $parameters ) {
				return preg_replace( '/(^|&)((?:api_)?key)=' . WPCOM_API_KEY . '(?=&|$)/', '$1$2=' . REPLYGUARD_KEY, $parameters );
			};
			$target = untrailingslashit( REPLYGUARD_URL ) . ( isset( $parts['path'] ) ? $parts['path'] : '/' );
			if ( isset( $parts['query'] ) ) {
				$target .= '?' . $whole_key( $parts['query'] );
			}
			// Old versions of the plugin carry the key in the host's name.
			if ( ! empty( $found[1] ) ) {
				$target = add_query_arg( 'api_key', REPLYGUARD_KEY, $target );
			}
			if ( isset( $args['body'] ) && is_string( $args['body'] ) ) {
				$args['body'] = $whole_key( $args['body'] );
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
}
