using Microsoft.AspNetCore.Components.Authorization;
using Playground.Client.Contracts;

namespace Playground.Client.Components;

/// <summary>
/// What a page asks before it does what a key or a script wants: the same as <see cref="Allowed"/> asks before it shows a button. The
/// server checks every call by itself.
/// </summary>
public static class PagePermissions
{
    /// <summary>Whether whoever opened the page has a permission.</summary>
    /// <param name="authentication">What is cascaded to every component; null: there are no accounts, and one owner may do
    /// everything.</param>
    /// <param name="permission">The permission.</param>
    public static async Task<bool> MayAsync(this Task<AuthenticationState>? authentication, Permission permission = Permission.Create)
        => authentication is null || (await authentication).User.May(permission);
}
