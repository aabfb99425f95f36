"""Owns what the account pages say, in plain English, replaceable one by one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AccountTexts"]


@dataclass(frozen=True, slots=True)
class AccountTexts:
    """Every text of the account pages. ``{name}`` stands for a name, ``{count}`` for a number.

    Args:
        heading: Heading of the overview.
        signed_in_as: Who it is about.
        add: The button that sets the first factor of a kind up.
        add_more: The button that sets one more up.
        make: The button that makes the first recovery codes.
        renew: The button that makes new ones.
        renew_message: What becomes of the old ones.
        added: When something was set up; ``{date}`` is a day.
        used: When it was last used.
        never_used: Said of what was never used.
        left: How many recovery codes are left.
        few_left: The same, where they are few.
        none_left: The same, where there are none.
        change: What opens the changes that can be made to a factor.
        name: The label of the field for a factor's name.
        name_help: What it is good for.
        rename: The button that gives a factor another name.
        remove: The button that removes something.
        remove_message: What becomes of it.
        other_factors: Heading of what is enrolled and not in use here any more.
        devices: Heading of the browsers that are not asked for a second factor.
        devices_about: What they are.
        sessions: Heading of the list of sessions.
        this_session: Marks the one that is looking.
        seen: When a session was last used; ``{date}`` is a moment.
        from_address: From where.
        browser_on: A browser and what it runs on: ``{browser}`` and ``{system}``.
        unknown_browser: Stands for a browser that does not say its name.
        end: The button that ends a session.
        end_others: The button that ends all others.
        home: The link back to the site.
        sign_out: The link to the sign-out page.
        enrol_heading: Heading of the page on which a factor is set up.
        enrol_button: The button that finishes it.
        enrol_start: The button that begins it, where the browser is asked.
        enrol_cancel: The link back to the overview.
        scan: What to do with the picture.
        picture: What the picture is, to screen readers.
        open_here: The link that hands the key to an app on the same telephone.
        by_hand: Said before the key as text.
        enter_code: What to enter to finish.
        codes_heading: Heading of the page of new recovery codes.
        codes_message: What they are, and what to do with them.
        codes_for: Said above them; ``{host}`` is the site's host.
        codes_copy: The button that copies them.
        codes_copied: Said when that was done.
        codes_not_copied: Said when the browser refused.
        codes_download: The link that saves them.
        codes_print: The button that prints them.
        codes_done: The link that goes on.
        done_title: Heading of the box that says that a change was made.
        done: What it says, where nothing better is known.
        done_added: What it says when a factor was set up.
        done_renamed: When it was renamed.
        done_removed: When something was removed.
        done_ended: When sessions were ended.
        failed_title: Heading of the box that says that it was not.
        failed: What it says.
    """

    heading: str = "Your account"
    signed_in_as: str = "Signed in as {name}"
    add: str = "Add"
    add_more: str = "Add another"
    make: str = "Make codes"
    renew: str = "Make new codes"
    renew_message: str = "The old codes stop working at once."
    added: str = "Added {date}"
    used: str = "Last used {date}"
    never_used: str = "Never used"
    left: str = "Codes left: {count}"
    few_left: str = "Codes left: {count}. Make new ones soon."
    none_left: str = "No codes left. Make new ones now."
    change: str = "Change"
    name: str = "Name"
    name_help: str = "A name by which you know it again, such as “my phone”."
    rename: str = "Save the name"
    remove: str = "Remove"
    remove_message: str = "Once it is removed, you cannot sign in with it any more."
    other_factors: str = "No longer used on this site"
    devices: str = "Trusted browsers"
    devices_about: str = (
        "Here your password is enough for a while. Remove those that are not yours any more."
    )
    sessions: str = "Where you are signed in"
    this_session: str = "This browser"
    seen: str = "Last seen {date}"
    from_address: str = "From {name}"
    browser_on: str = "{browser} on {system}"
    unknown_browser: str = "Unknown browser"
    end: str = "Sign out there"
    end_others: str = "Sign out everywhere else"
    home: str = "Back to the site"
    sign_out: str = "Sign out"
    enrol_heading: str = "Set up: {name}"
    enrol_button: str = "Finish"
    enrol_start: str = "Continue"
    enrol_cancel: str = "Cancel"
    scan: str = "Scan this picture with your authenticator app."
    picture: str = "QR code to scan with an authenticator app"
    open_here: str = "Open an app on this device"
    by_hand: str = "Or type this key into the app:"
    enter_code: str = "Enter the code that the app shows now."
    codes_heading: str = "Your recovery codes"
    codes_message: str = (
        "If you lose your phone or your key, one of these lets you in. Each works once. You see "
        "them only now: print them, or save them where nobody else can find them."
    )
    codes_for: str = "For {host}"
    codes_copy: str = "Copy"
    codes_copied: str = "Copied."
    codes_not_copied: str = "Your browser did not copy them. Select them, and copy them yourself."
    codes_download: str = "Save as a file"
    codes_print: str = "Print"
    codes_done: str = "I have kept them"
    done_title: str = "Done"
    done: str = "The change was made."
    done_added: str = "It is set up. From now on you can use it when you sign in."
    done_renamed: str = "The new name is saved."
    done_removed: str = "It is removed, and no longer accepted here."
    done_ended: str = "You are signed out there."
    failed_title: str = "That did not work"
    failed: str = "Nothing was changed. Look at your account below, and try again."
