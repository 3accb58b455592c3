<?php
// One act inside WordPress, as its own pages and its cron do it. WP_HOST is where the site answers.
$_SERVER['HTTP_HOST']   = getenv( 'WP_HOST' );
$_SERVER['REQUEST_URI'] = '/';
$_SERVER['REMOTE_ADDR'] = '127.0.0.1';
$act                    = $argv[1];
if ( 'install' === $act ) {
	define( 'WP_INSTALLING', true );
}
require getenv( 'WP_FOLDER' ) . '/wp-config.php';
if ( 'install' === $act ) {
	require_once ABSPATH . 'wp-admin/includes/upgrade.php';
	add_filter( 'pre_wp_mail', '__return_true' );
	wp_install( 'A blog', 'admin', 'admin@example.org', true, '', getenv( 'WP_PASSWORD' ) );
	update_option( 'siteurl', 'http://' . getenv( 'WP_HOST' ) );
	update_option( 'home', 'http://' . getenv( 'WP_HOST' ) );
	update_option( 'active_plugins', array( 'akismet/akismet.php' ) );
	foreach ( array( 'comment_previously_approved', 'moderation_notify', 'comments_notify' ) as $option ) {
		update_option( $option, 0 );
	}
} elseif ( 'key' === $act ) {
	echo wp_json_encode( Akismet::verify_key( Akismet::get_api_key() ) );
} elseif ( 'list' === $act ) {
	$listed = array();
	foreach ( array( 'all', 'spam' ) as $status ) {
		foreach ( get_comments( array( 'status' => $status ) ) as $comment ) {
			$listed[ $comment->comment_content ] = array(
				'id'      => (int) $comment->comment_ID,
				'status'  => $comment->comment_approved,
				'result'  => get_comment_meta( $comment->comment_ID, 'akismet_result', true ),
				'history' => wp_list_pluck( get_comment_meta( $comment->comment_ID, 'akismet_history' ), 'event' ),
			);
		}
	}
	echo wp_json_encode( $listed );
} elseif ( 'spam' === $act ) {
	wp_spam_comment( $argv[2] );
	Akismet::submit_spam_comment( $argv[2] );
} elseif ( 'ham' === $act ) {
	wp_unspam_comment( $argv[2] );
	Akismet::submit_nonspam_comment( $argv[2] );
} elseif ( 'cron' === $act ) {
	Akismet::cron_recheck();
} elseif ( 'export' === $act ) {
	require_once ABSPATH . 'wp-admin/includes/export.php';
	export_wp();
} else {
	exit( 2 );
}
