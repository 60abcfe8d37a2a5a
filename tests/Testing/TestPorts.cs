using System.Net;
using System.Net.Sockets;

namespace CanThoGov.Testing;

public static class TestPorts
{
    /// <summary>
    /// Loopback ports that nobody listened on a moment ago, all different. Below the ephemeral range, from which an outgoing connection
    /// could take one before its server is up.
    /// </summary>
    public static int[] Free(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(15_000, 30_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                ports.Add(port);
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }

        return [.. ports];
    }
}
