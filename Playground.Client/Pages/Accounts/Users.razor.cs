using System.Globalization;
using Microsoft.AspNetCore.Components;
using Playground.Client.Contracts;

namespace Playground.Client.Pages.Accounts;

/// <summary>The accounts of the server: invite, give roles, lock, limit.</summary>
public sealed partial class Users(IAccounts accounts, IAccountAdministration administration, NavigationManager navigation)
{
    private IReadOnlyList<AccountView> _accounts = [];
    private IReadOnlyList<InvitationView> _invitations = [];
    private string? _problem, _done, _link, _open;

    [SupplyParameterFromForm(FormName = "invite")] private InviteEntry? Invite { get; set; }

    [SupplyParameterFromForm] private string? Role { get; set; }

    // As text: an empty field says that the configuration holds, and is no number.
    [SupplyParameterFromForm] private string? Jobs { get; set; }

    [SupplyParameterFromForm] private string? Space { get; set; }

    [SupplyParameterFromForm] private string? Hours { get; set; }

    /// <inheritdoc />
    protected override Task OnInitializedAsync() => accounts.IsOn ? LoadAsync() : Task.CompletedTask;

    private static string? Text(double? number) => number?.ToString("0.##", CultureInfo.InvariantCulture);

    private async Task LoadAsync()
    {
        _accounts = await administration.ListAsync(CancellationToken.None);
        _invitations = await administration.ListInvitationsAsync(CancellationToken.None);
    }

    private Task InviteAsync() => TryAsync(async () => _link = new Uri(new Uri(navigation.BaseUri), await administration.InviteAsync(
        Invite?.Role, Invite?.Note, Invite?.Days ?? 0, CancellationToken.None)).ToString(), null);

    private Task RevokeAsync(string id) => TryAsync(() => administration.RevokeInvitationAsync(id, CancellationToken.None),
        T["LinkRevoked"]);

    private Task SetRoleAsync(string id) => TryAsync(() => administration.SetRoleAsync(id, Role, CancellationToken.None), T["RoleChanged"],
        id);

    private Task SetDisabledAsync(string id, bool disabled) => TryAsync(
        () => administration.SetDisabledAsync(id, disabled, CancellationToken.None), disabled
            ? T["AccountLocked"]
            : T["AccountUnlocked"], id);

    private Task SetLimitsAsync(string id) => TryAsync(() => administration.SetLimitsAsync(id, new AccountLimits
    {
        QueuedJobs = (int?)Number(Jobs, int.MaxValue),
        Bytes = (long?)(Number(Space, 1 << 30) * (1L << 30)),
        TrainingHours = Number(Hours, int.MaxValue),
    }, CancellationToken.None), T["LimitsChanged"], id);

    private double? Number(string? text, double most)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)
            || Math.Abs(number) > most) throw RequestException.Invalid("limits", T["NotALimit", text]);
        return number;
    }

    private async Task TryAsync(Func<Task> work, string? done, string? open = null)
    {
        _open = open;
        try
        {
            await work();
            _done = done;
        }
        catch (RequestException e)
        {
            _problem = e.Message;
        }
        await LoadAsync();
    }

    private sealed class InviteEntry
    {
        public string? Role { get; set; }

        public string? Note { get; set; }

        public int Days { get; set; }
    }
}
