using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Accounts;

/// <summary>One's own account: password, passkeys, API keys.</summary>
public sealed partial class AccountPage(IAccounts accounts, NavigationManager navigation, TimeProvider clock)
{
    private static readonly Dictionary<string, object?> s_addPasskey = new() { ["data-passkey-add"] = true };

    private OwnAccount? _own;
    private RequestException? _refused;
    private string? _problem, _done, _key;

    [SupplyParameterFromForm(FormName = "key")] private KeyEntry? Key { get; set; }

    [SupplyParameterFromForm(FormName = "password")] private PasswordEntry? Password { get; set; }

    [SupplyParameterFromForm(FormName = "delete")] private DeleteEntry? Delete { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _own = await accounts.GetOwnAsync(CancellationToken.None);

    private string? Of(string field) => _refused?.Errors.GetValueOrDefault(field)?[0];

    private Task CreateKeyAsync() => TryAsync(async () => _key = await accounts.CreateKeyAsync(Key?.Name, Key?.Scope ?? Permission.View,
        Key?.Days ?? 0, CancellationToken.None), null);

    private Task RevokeKeyAsync(string id) => TryAsync(() => accounts.RevokeKeyAsync(id, CancellationToken.None), T["KeyRevoked"]);

    private Task RemovePasskeyAsync(string id)
        => TryAsync(() => accounts.RemovePasskeyAsync(id, CancellationToken.None), T["PasskeyRemoved"]);

    private Task ChangePasswordAsync()
        => TryAsync(() => accounts.ChangePasswordAsync(Password?.Current, Password?.New, CancellationToken.None), T["PasswordChanged"]);

    private async Task DeleteAsync()
    {
        await TryAsync(() => accounts.DeleteOwnAsync(Delete?.Password, CancellationToken.None), null, stays: false);
        if (_refused is null) navigation.NavigateTo("/sign-in", forceLoad: true);
    }

    private async Task TryAsync(Func<Task> work, string? done, bool stays = true)
    {
        try
        {
            await work();
            _done = done;
        }
        catch (RequestException e)
        {
            (_refused, _problem) = (e, e.Message);
        }
        if (stays) _own = await accounts.GetOwnAsync(CancellationToken.None);
    }

    private sealed class KeyEntry
    {
        public string? Name { get; set; }

        public Permission Scope { get; set; }

        public int Days { get; set; }
    }

    private sealed class PasswordEntry
    {
        public string? Current { get; set; }

        public string? New { get; set; }
    }

    private sealed class DeleteEntry
    {
        public string? Password { get; set; }
    }
}
